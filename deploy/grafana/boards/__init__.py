"""Which questions do the dashboards answer, and with which queries?

`python -m deploy.grafana.boards` writes them as Grafana's JSON.
"""
