"""The circuit of the Rete, pure: its discounts and their split, its rules as data, its credits.

Three legal natures besides the comuni's vouchers, each in its own unit: a discount that becomes the
fund's and the family's, a credit covered by a euro, an hour. Not here: what moves them (`apply`),
where facts come from (the verbs). Source: design 4.2; docs/CIRCUIT.md.
"""
