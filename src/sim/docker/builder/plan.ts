import { invalid } from '../error.ts';
import { type Dockerfile, DockerfileError, parseDockerfile } from './dockerfile.ts';
import { type Instruction, instructionOf, type Stage, stagesOf } from './instruction.ts';

/** A Dockerfile that can be begun with. */
export interface BuildPlan {
  readonly dockerfile: Dockerfile;
  readonly metaArgs: readonly Instruction[];
  readonly stages: readonly Stage[];
}

/** Reads a Dockerfile, up to the stage that is wanted ('' is the last); throws what is wrong with it as a whole. */
export function planBuild(name: string, source: string, target: string, labels: ReadonlyMap<string, string>): BuildPlan {
  if (source === '') throw invalid(`the Dockerfile (${name}) cannot be empty`);
  const dockerfile = parsed(name, source);
  const { metaArgs, stages } = stagesOf(dockerfile);
  const wanted = target.toLowerCase();
  const at = target === '' ? stages.length - 1 : stages.findIndex((stage, i) => stage.name === wanted || String(i) === target);
  if (at < 0) throw invalid(`failed to reach build target ${target} in Dockerfile`);
  const all = labels.size > 0 ? withLabels(stages, labels) : stages;
  return { dockerfile, metaArgs, stages: all.slice(0, at + 1) };
}

function parsed(name: string, source: string): Dockerfile {
  try {
    return parseDockerfile(source);
  } catch (thrown) {
    if (thrown instanceof DockerfileError) throw invalid(`failed to parse ${name}: ${thrown.message}`);
    throw thrown;
  }
}

/** --label is one more LABEL at the end of the last stage. */
function withLabels(stages: readonly Stage[], labels: ReadonlyMap<string, string>): readonly Stage[] {
  const line = `LABEL ${[...labels].map(([key, value]) => `${key}=${value}`).join(' ')}`;
  const last = stages.at(-1) as Stage;
  return [...stages.slice(0, -1), { ...last, instructions: [...last.instructions, instructionOf(line)] }];
}
