"""Diagnostics of what definitions mean: names, law, supply, ways through a procedure, burden, what is unfinished."""

from __future__ import annotations

from typing import Final

from tongban.catalog.diagnostic import error, warning

NAMES: Final = (
    error(
        "wrong-id",
        "“{name}”不能作编号。",
        "“{name}” cannot be an id.",
        "编号写成 pack/name：小写字母开头，用字母、数字和连字符。",
        "Write ids as pack/name: a letter first, then letters, digits and hyphens.",
    ),
    error(
        "id-outside-folder",
        "编号“{name}”不属于所在的定义包“{pack}”。",
        "The id “{name}” does not belong to the pack “{pack}” that it stands in.",
        "把文件移到它的包里，或把编号改成“{pack}/…”。",
        "Move the file to its pack, or call it `{pack}/…`.",
    ),
    error(
        "duplicate-id",
        "{kind}“{name}”已在 {first} 定义。",
        "The {kind} “{name}” is already defined in {first}.",
        "改其中一个的编号，或删去一个。",
        "Rename one of them, or remove it.",
    ),
    error(
        "unknown-id",
        "没有{kind}“{name}”。",
        "There is no {kind} “{name}”.",
        "改成已有的编号，或先定义它。",
        "Use an id that exists, or define it.",
    ),
    error(
        "unknown-pack",
        "没有定义包“{name}”。",
        "There is no pack “{name}”.",
        "改正 requires，或安装这个包。",
        "Correct `requires`, or install the pack.",
    ),
    error(
        "pack-not-required",
        "用到了“{name}”，但 pack.yaml 的 requires 里没有“{pack}”。",
        "“{name}” is used, but `requires` in pack.yaml does not name “{pack}”.",
        "在 requires 里加上“{pack}”。",
        "Add “{pack}” to `requires`.",
    ),
    error(
        "circular-requires",
        "定义包互相依赖：{cycle}。",
        "Packs require each other in a circle: {cycle}.",
        "把共用的部分移到一个两边都依赖的包里。",
        "Move what they share into a pack that both require.",
    ),
    error(
        "platform-version",
        "这个包要求平台 {wanted}，现在是 {version}。",
        "This pack asks for platform {wanted}; this is {version}.",
        "升级平台，或换用适合这个平台的包。",
        "Upgrade the platform, or use a pack made for it.",
    ),
    error(
        "unknown-fact",
        "没有数据项“{name}”。",
        "There is no fact “{name}”.",
        "改成“角色.数据项”，数据项要在该类型的词汇表里。",
        "Write `role.attribute` with an attribute of the role's type.",
    ),
    error(
        "unknown-name",
        "这里没有{kind}“{name}”。",
        "There is no {kind} “{name}” here.",
        "可用：{valid}。",
        "There are: {valid}.",
    ),
    error(
        "unknown-function",
        "{file_name} 里没有“{name}”。",
        "{file_name} has no “{name}”.",
        "在这个文件里写出它，或改正名字。",
        "Write it there, or correct the name.",
    ),
    error(
        "wrong-inputs",
        "“{name}”不是这样用的：这里给它的是 {given}。",
        "“{name}” is not called like this: here it is given {given}.",
        "让给出的值与函数的参数一致：个数、先后、类型都相同。",
        "Let what is given agree with the function's parameters in number, order and type.",
    ),
    error(
        "duplicate-label",
        "“{name}”和“{other}”用了同一个{what}“{text}”。",
        "“{name}” and “{other}” share the {what} “{text}”.",
        "同一类型里名称和标准代码各不相同；若本是一项，删去一个。",
        "Labels and standard codes differ within a type; if they are one thing, remove one.",
    ),
)

MEANING: Final = (
    error(
        "condition-syntax",
        "条件写法有误：{problem}。",
        "This condition cannot be read: {problem}.",
        "条件由比较、and/or/not、in [..] 和 known(角色.数据项) 组成。",
        "Conditions are comparisons, and/or/not, in [..] and known(role.attribute).",
    ),
    error(
        "condition-too-deep",
        "条件太深：{problem}。",
        "This condition is too deep: {problem}.",
        "拆成几个条件。",
        "Split it into several.",
    ),
    error(
        "condition-type",
        "{left}和{right}不能用“{sign}”比较。",
        "Here {left} is compared with {right} by “{sign}”.",
        "两边要同类；大小只对数和日期有意义。",
        "Both sides must be alike; only numbers and dates have an order.",
    ),
    error(
        "no-legal-basis",
        "“{name}”没有写法律依据。",
        "“{name}” cites no law.",
        "写上 law: [{{law: …, articles: …}}]；没有依据的不能要求群众办。",
        "Add `law: [{{law: …, articles: …}}]`; what has no basis cannot be asked of anybody.",
    ),
    error(
        "article-not-in-law",
        "《{law}》没有第 {article} 条（共 {articles} 条）。",
        "“{law}” has no article {article}; it has {articles}.",
        "核对条号。",
        "Check the article's number.",
    ),
    error(
        "promised-over-statutory",
        "承诺期限 {promised} 长于法定期限 {statutory}。",
        "The promised limit {promised} is longer than the statutory limit {statutory}.",
        "承诺只能等于或短于法定期限。",
        "A promise is at most the statutory limit.",
    ),
    error(
        "class-over-promised",
        "这一类的期限 {limit} 长于承诺期限 {promised}。",
        "The limit of this class, {limit}, is longer than the promised limit {promised}.",
        "`promised` 写各类里最长的一个。",
        "Write the longest of the classes as `promised`.",
    ),
    error(
        "deferral-over-statutory",
        "容缺材料可以后补 {deferrable}，长于法定期限 {statutory}。",
        "The paper may follow within {deferrable}, longer than the statutory limit {statutory}.",
        "缩短补交的期限：法定期限不为缺的材料停下来。",
        "Give it less: the statutory limit does not stand still for a paper.",
    ),
    error(
        "parts-longer-than-promise",
        "一件事承诺 {promised}，而各事项依次办完要 {days} 个工作日：{path}。",
        "The bundle promises {promised}, but its parts take {days} working days: {path}.",
        "延长整件事的承诺，或缩短这几个事项的承诺。",
        "Promise more for the whole, or less for these parts.",
    ),
    error(
        "need-without-source",
        "“{service}”需要“{name}”，但谁也提供不了。",
        "“{service}” needs “{name}”, which nobody can supply.",
        "指明由谁掌握（held_by）、如何推出（derived），由哪个事项产生，或允许申请人填写。",
        "Say who holds it (`held_by`), derive it, let a service produce it, or let the applicant state it.",
    ),
    error(
        "circular-need",
        "互相等待：{cycle}。",
        "These wait for each other: {cycle}.",
        "让其中一项的数据另有来源。",
        "Give one of these facts another source.",
    ),
    error(
        "twin",
        "“{service}”和“{other}”要的、给的都一样，是一个事项起了两个名字。",
        "“{service}” asks and gives the same as “{other}”: one service under two names.",
        "删去一个，把它的名字写进另一个的 words；若真是两件事，写出各自要什么、给什么。",
        "Remove one and keep its name among the other's `words`; if they differ, say what each asks and gives.",
    ),
    error(
        "not-worked-out",
        "“{service}”写着逐条有依据，可 unverified 里还有“{name}”。",
        "“{service}” claims to be worked out, yet its `unverified` names “{name}”.",
        "给它找到出处，或删去没有出处的；做不到就写 level: outline。",
        "Settle it with a source, or drop what has none; where that cannot be, write `level: outline`.",
    ),
    error(
        "unreachable-state",
        "状态“{name}”永远到不了。",
        "The state “{name}” can never be reached.",
        "加一个通往它的步骤，或删去它。",
        "Add a step that leads to it, or remove it.",
    ),
    error(
        "broken-calendar",
        "历法有误：{problem}。",
        "This calendar is wrong: {problem}.",
        "照放假通知逐日核对，每年只留一份。",
        "Compare it with the notice day by day; one file a year.",
    ),
    error(
        "dead-end-state",
        "状态“{name}”走不到终点。",
        "From the state “{name}” no end can be reached.",
        "加一个离开它的步骤，或把它列入 ends。",
        "Add a step that leaves it, or list it in `ends`.",
    ),
    error(
        "end-without-result",
        "终点“{name}”没有写结果，申请人不知道办成没有。",
        "The end “{name}” has no result: nothing tells the applicant how it ended.",
        "在 results 里写上 {name}: granted、refused、withdrawn 或 lapsed。",
        "Add `{name}: granted`, `refused`, `withdrawn` or `lapsed` to `results`.",
    ),
    error(
        "authority-without-office",
        "部门“{name}”没有任何机构，件没有人收。",
        "The authority “{name}” has no office: nobody would receive its cases.",
        "在 offices.yaml 里给它一个机构。",
        "Give it an office in offices.yaml.",
    ),
    error(
        "role-not-bound",
        "一件事没有给“{service}”的角色“{role}”指定主体。",
        "The bundle binds no subject to the role “{role}” of “{service}”.",
        "在 roles 里写上 {role}: 某主体。",
        "Add `{role}: SUBJECT` to `roles`.",
    ),
    error(
        "wrong-role-type",
        "“{name}”是{got}，这里要{expected}。",
        "“{name}” is a {got}; a {expected} is needed here.",
        "换成同类的主体。",
        "Use a subject of that type.",
    ),
)

BURDEN: Final = (
    warning(
        "asks-what-is-held",
        "“{service}”向申请人要“{name}”，而{holder}已经掌握。",
        "“{service}” asks the applicant for “{name}”, which {holder} has.",
        "给数据项写 held_by，由系统去取；确有必要时写 asked_because 说明依据。",
        "Give the attribute `held_by` so that it is fetched; if it must be asked, cite `asked_because`.",
    ),
    warning(
        "paper-for-held-facts",
        "“{service}”要材料“{name}”，它证明的数据都已有部门掌握。",
        "“{service}” demands the paper “{name}”, though authorities hold all that it proves.",
        "免交这份材料（waived_if），或写 asked_because 说明依据。",
        "Waive the paper (`waived_if`), or cite `asked_because`.",
    ),
    warning(
        "needless-visit",
        "“{service}”全程电子化，却还要跑一趟“{place}”。",
        "Everything of “{service}” is electronic, yet it demands a visit to “{place}”.",
        "去掉这次到场，或写 asked_because 说明依据。",
        "Remove the visit, or cite `asked_because`.",
    ),
)

UNFINISHED: Final = (
    warning(
        "law-without-source",
        "《{law}》没有写出处。",
        "“{law}” names no source.",
        "写 source：谁发布的，读到的文字在哪里；没有读到全文就照实写。",
        "Write `source`: who issued it and where what was read stands; say so where the text was not at hand.",
    ),
    warning(
        "placeholder-left",
        "“{text}”还是 `tongban new` 留下的占位文字。",
        "“{text}” is still the placeholder that `tongban new` left.",
        "两种文字都换成自己的话；群众会看到它。",
        "Write your own words in both languages; people will read them.",
    ),
)
