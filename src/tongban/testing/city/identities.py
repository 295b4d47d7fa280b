"""Numbers of people and companies that do not exist, each passing its check and belonging to nobody.

ID numbers begin with 430200, the code of a prefecture, which is given to no person; their sequence starts at 500, so
that numbers below are left to the personas and to children registered later. Credit codes carry an organisation code
that begins with 000, far below any that was issued. Mobile numbers begin with 100: mobile numbers of China begin with
13 to 19, and 100 opens short service numbers of five digits only.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Literal

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

Sex = Literal["male", "female"]

REGION = "430200"
FIRST_SEQUENCE = 500
SEQUENCES_PER_SEX = 250
FIRST_ORGANISATION = 1000
FORMS = {"company": "91", "sole-trader": "92", "institution": "12", "association": "51"}
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


class Identities:
    """Hands out numbers, each once; the same calls give the same numbers."""

    def __init__(self) -> None:
        self._people: Counter[tuple[date, Sex]] = Counter()
        self._organisations = FIRST_ORGANISATION

    def resident_id(self, born: date, sex: Sex) -> str:
        """The ID number of a person. Raises ValueError when the numbers of a day are used up."""
        taken = self._people[born, sex]
        if taken == SEQUENCES_PER_SEX:
            raise ValueError(f"no ID number is left for {born}")
        self._people[born, sex] += 1
        body = f"{REGION}{born:%Y%m%d}{FIRST_SEQUENCE + 2 * taken + (sex == 'male')}"
        return body + mod_11_2.calc_check_digit(body)

    def credit_code(self, kind: str) -> str:
        """The credit code of an organisation of a kind."""
        self._organisations += 1
        body = f"{self._organisations:08d}"
        total = sum(int(digit) * weight for digit, weight in zip(body, ORGANISATION_WEIGHTS, strict=True))
        check = "0123456789X0"[11 - total % 11]
        if check == "X":  # the credit code's own alphabet has one, but plain digits are easier to type
            return self.credit_code(kind)
        code = f"{FORMS[kind]}{REGION}{body}{check}"
        return code + uscc.calc_check_digit(code)


def born_of(resident_id: str) -> date:
    """The date of birth in an ID number."""
    return date(int(resident_id[6:10]), int(resident_id[10:12]), int(resident_id[12:14]))


def sex_of(resident_id: str) -> Sex:
    """The sex in an ID number."""
    return "male" if int(resident_id[16]) % 2 else "female"
