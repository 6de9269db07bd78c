// Commands of the shell's completion.

import { action, group, named, noArguments } from '../command-spec.ts';
import { bool } from '../flag.ts';

const COMPLETION_BASH = action({
  usage: '',
  short: 'Generate the autocompletion script for bash',
  long: [
    'Generate the autocompletion script for the bash shell.',
    '',
    "This script depends on the 'bash-completion' package.",
    "If it is not installed already, you can install it via your OS's package manager.",
    '',
    'To load completions in your current shell session:',
    '',
    '	source <(docker completion bash)',
    '',
    'To load completions for every new session, execute once:',
    '',
    '#### Linux:',
    '',
    '	docker completion bash > /etc/bash_completion.d/docker',
    '',
    '#### macOS:',
    '',
    '	docker completion bash > $(brew --prefix)/etc/bash_completion.d/docker',
    '',
    'You will need to start a new shell for this setup to take effect.',
  ].join('\n'),
  args: noArguments,
  flags: {
    'no-descriptions': bool('disable completion descriptions'),
  },
});

const COMPLETION_FISH = action({
  usage: '[flags]',
  short: 'Generate the autocompletion script for fish',
  long: [
    'Generate the autocompletion script for the fish shell.',
    '',
    'To load completions in your current shell session:',
    '',
    '	docker completion fish | source',
    '',
    'To load completions for every new session, execute once:',
    '',
    '	docker completion fish > ~/.config/fish/completions/docker.fish',
    '',
    'You will need to start a new shell for this setup to take effect.',
  ].join('\n'),
  args: noArguments,
  flags: {
    'no-descriptions': bool('disable completion descriptions'),
  },
});

const COMPLETION_POWERSHELL = action({
  usage: '[flags]',
  short: 'Generate the autocompletion script for powershell',
  long: [
    'Generate the autocompletion script for powershell.',
    '',
    'To load completions in your current shell session:',
    '',
    '	docker completion powershell | Out-String | Invoke-Expression',
    '',
    'To load completions for every new session, add the output of the above command',
    'to your powershell profile.',
  ].join('\n'),
  args: noArguments,
  flags: {
    'no-descriptions': bool('disable completion descriptions'),
  },
});

const COMPLETION_ZSH = action({
  usage: '[flags]',
  short: 'Generate the autocompletion script for zsh',
  long: [
    'Generate the autocompletion script for the zsh shell.',
    '',
    'If shell completion is not already enabled in your environment you will need',
    'to enable it.  You can execute the following once:',
    '',
    '	echo "autoload -U compinit; compinit" >> ~/.zshrc',
    '',
    'To load completions in your current shell session:',
    '',
    '	source <(docker completion zsh); compdef _docker docker',
    '',
    'To load completions for every new session, execute once:',
    '',
    '#### Linux:',
    '',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what zsh reads
    '	docker completion zsh > "${fpath[1]}/_docker"',
    '',
    '#### macOS:',
    '',
    '	docker completion zsh > $(brew --prefix)/share/zsh/site-functions/_docker',
    '',
    'You will need to start a new shell for this setup to take effect.',
  ].join('\n'),
  args: noArguments,
  flags: {
    'no-descriptions': bool('disable completion descriptions'),
  },
});

export const COMPLETION = group(
  'completion',
  'Generate the autocompletion script for the specified shell',
  [
    named('bash', COMPLETION_BASH),
    named('fish', COMPLETION_FISH),
    named('powershell', COMPLETION_POWERSHELL),
    named('zsh', COMPLETION_ZSH),
  ],
  {
    long: [
      'Generate the autocompletion script for docker for the specified shell.',
      "See each sub-command's help for details on how to use the generated script.",
    ].join('\n'),
  },
);
