import type { Evaluator } from '../evaluator.ts';
import { expandParameter, expandSimple } from '../expansion/parameter.ts';
import { executeCommand } from './command.ts';
import { runText } from './run-text.ts';
import { commandSubstitution, processSubstitution } from './substitution.ts';

/** The evaluator of all shells of the family. */
export const EVALUATOR: Evaluator = { runText, executeCommand, commandSubstitution, processSubstitution, expandSimple, expandParameter };
