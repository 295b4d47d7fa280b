"""What is the shortest way for *this* person? A plan over the services of a bundle. Pure: dates are passed in.

One module a stage: `request` (what is asked and known) → `outline` (the compiled bundle) → `members` and `knowledge`
(who takes part, what is known of them) → `selection` (which services) → `supply` (how each fact can be had) →
`search` (the least burden, exactly) → `schedule` (dates) → `comparison` → `planning`, which joins them into a `Plan`.
"""
