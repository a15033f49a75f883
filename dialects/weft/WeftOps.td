include "ProgramOps.td"
include "DiagramOps.td"
include "EquationOps.td"
include "TieOps.td"
