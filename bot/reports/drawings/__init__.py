"""Pictures of a report as SVG (图表): the same drawing stands in the page, in the PDF and in a message.

Drawings use attributes only, no style sheet, so that each of the three shows them alike.
"""
