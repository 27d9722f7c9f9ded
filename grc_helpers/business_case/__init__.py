"""Is the programme worth its cost: turnover and its factors, cash flows, risk, alternatives, project."""
