import type { DataPlane } from '../data-plane.ts';
import type { NetNamespace } from '../netns.ts';
import { NetStack } from './net-stack.ts';

/** The data plane of a new namespace. */
export function createDataPlane(ns: NetNamespace): DataPlane {
  return new NetStack(ns);
}
