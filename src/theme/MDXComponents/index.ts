import MDXComponents from '@theme-original/MDXComponents';
import { Exercise } from '../../components/Exercise/Exercise.tsx';
import { Feedback, FilledCode, Hint, Idea, Task, Var } from '../../components/Exercise/parts.tsx';
import { Run } from '../../components/Run/Run.tsx';

/** What chapters may use without importing it. */
export default { ...MDXComponents, Exercise, Feedback, FilledCode, Hint, Idea, Run, Task, Var };
