"""Small files that are taken, by layout, from which malformed ones are made."""

from ledger.bulk.dues import MONTH_COLUMNS

# By layout: a header, and a row under it that is taken.
GOOD = {
    "customers": ("customer,name,email,phone,age,credit_limit", "7,Grace Oti,grace@example.com,+254 700,40,500.00"),
    "dues": ("customer,year,month,amount,due_on,kind,reference", "1,2025,3,100.00,2025-03-28,fee,f-1"),
    "wide": (
        f"customer,year,{','.join(MONTH_COLUMNS)},total_amt",
        "1,2025,10.00,5.50" + "," * 11 + "15.50",
    ),
    "payments": ("customer,date,amount,year,month,reference,channel", "1,2025-03-20,50.00,2025,3,r-1,cash"),
    "outcomes": ("customer,as_of,defaulted", "1,2025-03-31,0"),
}
ENDING = "Nothing was stored."


def kind_of(layout: str) -> str:
    return "dues" if layout == "wide" else layout


def with_cell(layout: str, column: str, value: str) -> tuple[str, str]:
    """The good header and row with one cell of the row changed."""
    header, row = GOOD[layout]
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    assert column in cells
    quoted = {name: f'"{cell}"' if "," in cell else cell for name, cell in (cells | {column: value}).items()}
    return header, ",".join(quoted.values())
