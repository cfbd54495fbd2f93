"""How do the dashboards get into the files that Grafana and the chart read?"""

from deploy.grafana.boards.catalogue import BOARDS, DASHBOARDS
from deploy.grafana.boards.rendering import rendered

if __name__ == "__main__":
    for board in BOARDS:
        (DASHBOARDS / f"{board.name}.json").write_text(rendered(board), "utf-8")
