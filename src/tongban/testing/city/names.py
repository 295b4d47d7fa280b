"""Names that are composed, never taken from a list of people: a common surname and one or two fitting characters."""

from __future__ import annotations

from random import Random

from tongban.testing.city.identities import Sex

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余"
    "于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷"
    "龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
)
GIVEN = {
    "male": (
        "安邦博昌诚川达德东帆峰岗广瀚航浩恒宏淮辉嘉建江杰钧凯康朗磊力林凌鹏平启千强庆然仁"
        "荣睿山石舒松涛腾同望维文武贤翔行旭岩一毅宇远岳云泽正之志舟"
    ),
    "female": (
        "安白冰采晨初翠丹蝶芳菲芙歌禾荷虹蕙佳洁静菊君兰蕾莉莲琳岭柳露洛曼眉梅棉苗妙敏茗宁"
        "萍绮琴青晴秋蓉如蕊珊诗淑舒素田婉微薇苇溪曦霞晓欣秀雪烟瑶怡音颖雨月云芸芝竹"
    ),
}
ONE_CHARACTER_IN = 6


def surname(random: Random) -> str:
    """A surname; the first of the list are the commonest."""
    return SURNAMES[int(len(SURNAMES) * random.random() ** 2)]


def given_name(random: Random, sex: Sex) -> str:
    """A given name of one or two characters."""
    characters = GIVEN[sex]
    first = random.choice(characters)
    return first if random.randrange(ONE_CHARACTER_IN) == 0 else first + random.choice(characters)


def full_name(random: Random, sex: Sex) -> str:
    """A whole name."""
    return surname(random) + given_name(random, sex)


SHOP_WORDS = (
    "青",
    "禾",
    "云",
    "山",
    "湘",
    "禄",
    "新",
    "和",
    "丰",
    "源",
    "正",
    "泰",
    "华",
    "宏",
    "远",
    "嘉",
    "博",
    "锦",
    "瑞",
    "达",
)
"""Characters that names of companies, communities and streets are composed of."""


def word(random: Random) -> str:
    """Two characters for a company, a community or a street."""
    return random.choice(SHOP_WORDS) + random.choice(SHOP_WORDS)
