"""The demonstration city: synthetic people, companies and staff, who exist nowhere and can be met by anybody.

`demonstration` fills a city and says who can log in; `personas` reads who is who, without a database or Django;
`census` makes the subjects, without a database.
"""

from __future__ import annotations
