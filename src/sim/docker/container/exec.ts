import type { ShimProcess } from '../runtime/shim.ts';

/** What `docker exec` asks for. */
export interface ExecSpec {
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly user: string;
  readonly workingDir: string;
  readonly privileged: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** A program that was started in a running container. */
export interface Exec {
  readonly id: string;
  readonly spec: ExecSpec;
  process: ShimProcess | undefined;
}
