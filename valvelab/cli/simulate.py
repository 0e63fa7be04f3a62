"""``valvelab simulate``: the simulated cryostat for other programs."""

from pathlib import Path

import click

from .options import Between


@click.command(name="simulate", short_help="Offer the simulated cryostat to other programs.")
@click.argument("cryostat", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option(
    "--port", type=Between(int, 1024, 65500), default=5025, show_default=True, help="Port of the first box."
)
@click.option(
    "--speed",
    type=Between(float, 1e-6, 1e6),
    default=1.0,
    show_default=True,
    help="Seconds of the cryostat in a second.",
)
@click.option(
    "--control",
    type=Between(int, 1024, 65535),
    help="Port at which faults are added and removed; none if not given.",
)
def command(cryostat: Path | None, port: int, speed: float, control: int | None) -> None:
    """Serve the boxes of a simulated cryostat over TCP until Ctrl-C.

    CRYOSTAT is a file such as the one in a demo's run folder, or the name of a packaged one, paper (served if none is
    given) or aalto2026 (noisier). Each box
    listens on a port of 127.0.0.1 and speaks what its maker's box speaks, one line at a time, in real time or
    faster, so that LabVIEW, MATLAB or a second process can talk to it. Use the addresses that are printed with
    any VISA library.

    The boxes take the ports from --port on in the order of the file. In the packaged one and in a demo's:

    \b
      5025  Yokogawa GS200    current of coil 1
      5026  Yokogawa GS200    current of coil 2
      5027  Yokogawa GS200    voltage of the source heater
      5028  Keysight 34465A   voltage of the source's thermometer
      5029  Keysight 34465A   voltage of the drain's thermometer
      5030  Lakeshore 372     temperature of the mixing chamber

    A Bluefors controller in the file is served by HTTP at the URL that is printed.

    What goes wrong stands in the file (faults, see docs/files.md), and what shall go wrong now is told, a line at a
    time, to the port of --control, for example with nc 127.0.0.1 PORT:

    \b
      add {kind: late_reply, at: coil_1, delay: 3 s, times: 1}   answers ok and a number
      add {kind: warm_up, temperature: 1 K, lasting: 10 min}
      list                                                       all, with how often each has struck
      remove 1                                                   ends one
      clear                                                      ends all
    """
    import time

    from valvelab.configuration import load_configuration
    from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, PRESETS, Cryostat, serve

    from .options import print_table

    path = DEFAULT_CRYOSTAT if cryostat is None else PRESETS.get(str(cryostat), cryostat)
    file = load_configuration(path, Cryostat)
    with serve(file, port, speed, control) as addresses:
        print_table(
            "Simulated boxes; Ctrl-C ends them",
            ["wired to", "model", "address"],
            [[", ".join(box.wires.values()), box.model, addresses[name]] for name, box in file.boxes.items()],
            left=3,
        )
        if control is not None:
            click.echo(
                f"Faults are controlled at port {control} of 127.0.0.1: add {{kind: ...}}, list, remove, clear"
            )
        try:
            while True:
                time.sleep(1)
        except KeyboardInterrupt:
            click.echo("ended")
