"""How is the demonstration rebuilt? `python -m demo.training`, see --help."""

from demo.process import prepare_process
from demo.training.plan import plan_from_arguments


def main() -> None:
    """Rebuild demo/audio and demo/model as the command line asks."""
    plan = plan_from_arguments()
    prepare_process()
    from demo.training.rebuild import rebuild

    rebuild(plan)


if __name__ == "__main__":
    main()
