"""The report as one self-contained HTML file (背调报告网页): nothing is loaded from anywhere, it prints on A4."""
