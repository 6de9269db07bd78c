import type { Props } from '@theme/DocRoot/Layout/Sidebar';
import Sidebar from '@theme-original/DocRoot/Layout/Sidebar';
import { type ReactNode, useEffect } from 'react';

/** Between a phone and this width, prose and lab need the room that the list of chapters takes: it starts folded. */
const ROOMY = '(min-width: 1240px)';

export default function DocRootLayoutSidebar(props: Props): ReactNode {
  const { setHiddenSidebarContainer } = props;
  useEffect(() => {
    if (document.querySelector('.lab-prose') && !matchMedia(ROOMY).matches) setHiddenSidebarContainer(true);
  }, [setHiddenSidebarContainer]);
  return <Sidebar {...props} />;
}
