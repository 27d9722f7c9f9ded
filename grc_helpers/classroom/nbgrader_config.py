"""nbgrader's settings for this workbook.

The ``nbgrader_config.py`` of an instructor's course folder needs two lines::

    from grc_helpers.classroom.nbgrader_config import configure
    configure(get_config())
"""

from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import NbGraderPreprocessor

from grc_helpers.classroom.edition import STUB, TEXT_STUB, reveal


class Reveal(NbGraderPreprocessor):
    """Show the solution cells that the reference edition collapses."""

    def preprocess_cell(self, cell, resources, cell_index):
        """Show one cell."""
        reveal(cell)
        return cell, resources


def configure(c) -> None:
    """Set French stubs and messages, and time limits, in nbgrader's configuration.

    Parameters
    ----------
    c : traitlets.config.Config
        What ``get_config()`` returns in nbgrader's configuration file.
    """
    c.ClearSolutions.code_stub = {"python": STUB}
    c.ClearSolutions.text_stub = TEXT_STUB
    c.GenerateAssignment.preprocessors = [Reveal, *GenerateAssignment.preprocessors.default()]
    # A student's loop may be endless and the machine slow: a cell has two minutes, a kernel two to start.
    c.Execute.timeout = 120
    c.Execute.startup_timeout = 120
    c.OverwriteCells.add_missing_cells = True
    c.OverwriteCells.missing_cell_notification = (
        "Cette cellule ({cell_id}) manquait dans la copie rendue : elle a été remise.\n\n"
    )
