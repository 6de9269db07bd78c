// The unit files and scripts that Debian 12's packages bring, for the services of this simulator.

/** Of docker.io. */
const DOCKER_SERVICE = `[Unit]
Description=Docker Application Container Engine
Documentation=https://docs.docker.com
After=network-online.target docker.socket firewalld.service containerd.service
Wants=network-online.target containerd.service
Requires=docker.socket

[Service]
Type=notify
# the default is not to use systemd for cgroups because the delegate issues still
# exists and systemd currently does not support the cgroup feature set required
# for containers run by docker
EnvironmentFile=-/etc/default/docker
ExecStart=/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock $DOCKER_OPTS
ExecReload=/bin/kill -s HUP $MAINPID
LimitNOFILE=1048576
# Having non-zero Limit*s causes performance problems due to accounting overhead
# in the kernel. We recommend using cgroups to do container-local accounting.
LimitNPROC=infinity
LimitCORE=infinity
# Uncomment TasksMax if your systemd version supports it.
# Only systemd 226 and above support this version.
TasksMax=infinity
TimeoutStartSec=0
# set delegate yes so that systemd does not reset the cgroups of docker containers
Delegate=yes
# kill only the docker process, not all processes in the cgroup
KillMode=process
# restart the docker process if it exits prematurely
Restart=on-failure
StartLimitBurst=3
StartLimitInterval=60s

[Install]
WantedBy=multi-user.target
`;

const DOCKER_SOCKET = `[Unit]
Description=Docker Socket for the API

[Socket]
# If /var/run is not implemented as a symlink to /run, you may need to
# specify ListenStream=/var/run/docker.sock instead.
ListenStream=/run/docker.sock
SocketMode=0660
SocketUser=root
SocketGroup=docker

[Install]
WantedBy=sockets.target
`;

const DOCKER_DEFAULT = `# Here in Debian, this file is sourced by:
#   - /etc/init.d/docker (sysvinit)
#   - /etc/init/docker (upstart)
#   - systemd's docker.service

# Use of this file for configuring your Docker daemon is discouraged.

# The recommended alternative is "/etc/docker/daemon.json", as described in:
#   https://docs.docker.com/engine/reference/commandline/dockerd/#daemon-configuration-file

# If that does not suit your needs, try a systemd drop-in file, as described in:
#   https://docs.docker.com/config/daemon/systemd/
`;

/** What such scripts come to where systemd is process 1 (init-functions.d/40-systemd). */
const initScript = (name: string): string => `#!/bin/sh
# Where systemd is process 1, the unit of the same name does the work.
case "$1" in
	start) what=Starting ;;
	stop) what=Stopping ;;
	restart | force-reload) what=Restarting ;;
	status) exec systemctl --no-pager status ${name}.service ;;
	*)
		echo "Usage: service ${name} {start|stop|restart|status}"
		exit 1
		;;
esac
verb=$1
[ "$verb" = force-reload ] && verb=restart
printf '%s ${name} (via systemctl): ${name}.service' "$what"
if systemctl --no-pager "$verb" ${name}.service; then
	echo .
else
	status=$?
	echo ' failed!'
	exit $status
fi
`;

/** Files of docker.io: path → contents. */
export const DOCKER_FILES: Readonly<Record<string, string>> = {
  '/lib/systemd/system/docker.service': DOCKER_SERVICE,
  '/lib/systemd/system/docker.socket': DOCKER_SOCKET,
  '/etc/default/docker': DOCKER_DEFAULT,
};

/** Scripts in /etc/init.d, which are executable. */
export const DOCKER_SCRIPTS: Readonly<Record<string, string>> = { '/etc/init.d/docker': initScript('docker') };
