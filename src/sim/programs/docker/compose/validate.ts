// Which keys a Compose file may have (the schema of the Compose specification).

import { ComposeError } from './compose-error.ts';
import type { YamlMap } from './model.ts';
import { isMap } from './services.ts';

const ROOT = ['version', 'name', 'services', 'networks', 'volumes', 'secrets', 'configs'];
const SERVICE = [
  ...['annotations', 'attach', 'build', 'blkio_config', 'cap_add', 'cap_drop', 'cgroup', 'cgroup_parent', 'command', 'configs'],
  ...['container_name', 'cpu_count', 'cpu_percent', 'cpu_period', 'cpu_quota', 'cpu_rt_period', 'cpu_rt_runtime', 'cpu_shares', 'cpus'],
  ...['cpuset', 'credential_spec', 'depends_on', 'deploy', 'device_cgroup_rules', 'devices', 'dns', 'dns_opt', 'dns_search', 'domainname'],
  ...['entrypoint', 'env_file', 'environment', 'expose', 'extends', 'external_links', 'extra_hosts', 'group_add', 'healthcheck'],
  ...['hostname', 'image', 'init', 'ipc', 'isolation', 'labels', 'links', 'logging', 'mac_address', 'mem_limit', 'mem_reservation'],
  ...['mem_swappiness', 'memswap_limit', 'network_mode', 'networks', 'oom_kill_disable', 'oom_score_adj', 'pid', 'pids_limit', 'platform'],
  ...['ports', 'privileged', 'profiles', 'pull_policy', 'read_only', 'restart', 'runtime', 'scale', 'secrets', 'security_opt', 'shm_size'],
  ...['stdin_open', 'stop_grace_period', 'stop_signal', 'storage_opt', 'sysctls', 'tmpfs', 'tty', 'ulimits', 'user', 'userns_mode', 'uts'],
  ...['volumes', 'volumes_from', 'working_dir'],
];
const NETWORK = ['attachable', 'driver', 'driver_opts', 'enable_ipv6', 'external', 'internal', 'ipam', 'labels', 'name'];
const VOLUME = ['driver', 'driver_opts', 'external', 'labels', 'name'];
const LISTS = ['ports', 'expose', 'links', 'volumes', 'cap_add', 'cap_drop', 'profiles'];

/** Throws what the schema says about a file. */
export function checkFile(file: YamlMap): void {
  checkKeys('(root)', file, ROOT);
  for (const [section, keys] of [
    ['services', SERVICE],
    ['networks', NETWORK],
    ['volumes', VOLUME],
  ] as const) {
    const value = file[section];
    if (value === undefined || value === null) continue;
    if (!isMap(value)) throw new ComposeError(`${section} must be a mapping`);
    for (const [name, entry] of Object.entries(value)) {
      const path = `${section}.${name}`;
      if (!isMap(entry)) {
        if (entry === null && section !== 'services') continue;
        throw new ComposeError(`${path} must be a mapping`);
      }
      checkKeys(path, entry, keys);
      if (section === 'services') checkTypes(path, entry);
    }
  }
}

function checkKeys(path: string, map: YamlMap, keys: readonly string[]): void {
  for (const key of Object.keys(map)) {
    if (!keys.includes(key) && !key.startsWith('x-')) throw new ComposeError(`${path} Additional property ${key} is not allowed`);
  }
}

function checkTypes(path: string, service: YamlMap): void {
  for (const key of LISTS) {
    const value = service[key];
    if (value !== undefined && value !== null && !Array.isArray(value)) throw new ComposeError(`${path}.${key} must be a list`);
  }
  for (const key of ['image', 'container_name', 'hostname', 'network_mode', 'working_dir', 'restart'] as const) {
    const value = service[key];
    if (value !== undefined && typeof value === 'object') throw new ComposeError(`${path}.${key} must be a string`);
  }
}
