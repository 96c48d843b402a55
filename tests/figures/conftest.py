"""A made-up quarterly report, as the PDF reader would lay it out."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.figures import FoundFigure, Lexicon, PageText, find_figures, load_lexicon, read_question

COVER = """FORM 10-Q
For the quarterly period ended July 29, 2023
NORTHWIND STORES, INC.
"""

INCOME = """                            Northwind Stores, Inc. and Subsidiaries
                      Condensed Consolidated Statements of Earnings
                   ($ in millions, except per share amounts) (unaudited)

                                          Three Months Ended                  Six Months Ended
                                     July 29, 2023   July 30, 2022    July 29, 2023   July 30, 2022
Net sales                                  $ 1,200         $ 1,000          $ 2,300         $ 2,050
Cost of sales (1)                             (800)           (700)          (1,500)         (1,400)
Gross profit                                   400             300              800             650
Selling, general, and
  administrative expenses                     (250)           (200)            (480)           (410)
Operating income                               150             100              320             240
Income tax expense                             (30)            (20)             (64)            (48)
Net earnings                                 $ 120            $ 80            $ 256           $ 192

Basic earnings per share                    $ 1.25          $ 0.82           $ 2.66          $ 1.97
Diluted earnings per share                  $ 1.20          $ 0.80           $ 2.56          $ 1.92

                                               3
"""

BALANCE = """                         Condensed Consolidated Balance Sheets
                                      ($ in millions)

                                            July 29, 2023   January 28, 2023
Assets
Current assets:
   Cash and cash equivalents                        $ 310              $ 290
   Inventories, net                                   900                870
Total current assets                                1,210              1,160
Goodwill                                                —                 15
Total assets                                      $ 4,000            $ 3,900

Current liabilities:
   Accounts payable                                   500                480
Total current liabilities                             605                600
"""

SEGMENTS = """Flexibles Segment

Selected financial data for the Flexibles segment was as follows ($ in millions):

                                          Three Months Ended                  Six Months Ended
                                     July 29, 2023   July 30, 2022    July 29, 2023   July 30, 2022
Net sales                                    $ 700           $ 600          $ 1,400         $ 1,250
Net sales % change                            16.7 %           2.0 %           12.0 %           1.0 %
Comparable sales % change (1)                 (6.3)%         (12.7)%          (8.4)%         (10.6)%
"""

ADJUSTED = """Consolidated Non-GAAP Financial Measures

                                          Three Months Ended                  Six Months Ended
                                     July 29, 2023   July 30, 2022    July 29, 2023   July 30, 2022
Diluted EPS                                   $ 1.20          $ 0.80           $ 2.56          $ 1.92
Restructuring                                   0.11            0.10             0.24            0.13
Non-GAAP diluted EPS                          $ 1.31          $ 0.90           $ 2.80          $ 2.05
"""

PROSE = """Results of Operations

In the second quarter of fiscal 2024 our loyalty income of $12.5 million, as well as our services, grew.
Effective tax rate was 20.0% in the second quarter of fiscal 2024 compared to 18.5% in the second quarter of fiscal
2023. Excluding one store, net sales were $1,190 million in the second quarter of fiscal 2024.

At July 29, 2023 we operated 412 stores, including 390 in the United States, 12 in Canada, and five each in Mexico
and Spain.
"""

PAGES = [
    PageText(text, number, "northwind-10q")
    for number, text in enumerate([COVER, ADJUSTED, INCOME, BALANCE, SEGMENTS, PROSE], start=1)
]


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture
def ask(lexicon: Lexicon):
    def answer(question: str, pages: list[PageText] = PAGES) -> FoundFigure | None:
        names = ["Northwind Stores", "Northwind", "北风"]
        query = read_question(question, today=date(2023, 10, 1), names=names, lexicon=lexicon)
        assert query is not None, question
        found = find_figures(query, pages, lexicon=lexicon)
        return found[0] if found else None

    return answer
