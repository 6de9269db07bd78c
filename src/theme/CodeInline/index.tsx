import type { ComponentProps, ReactNode } from 'react';

import { Unbroken } from '../../components/Unbroken/Unbroken.tsx';

/** Code within a sentence. */
export default function CodeInline({ children, ...props }: ComponentProps<'code'>): ReactNode {
  return <code {...props}>{typeof children === 'string' ? <Unbroken code={children} /> : children}</code>;
}
