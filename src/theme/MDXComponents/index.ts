import MDXComponents from '@theme-original/MDXComponents';
import { Run } from '../../components/Run/Run.tsx';

/** What chapters may use without importing it. */
export default { ...MDXComponents, Run };
