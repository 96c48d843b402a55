"""Questions about all customers (客户总览): lists, counts, filters, sums, averages, rankings, without a model."""
