// States of a port, include/uapi/linux/if_bridge.h.
export const BR_STATE_DISABLED = 0;
export const BR_STATE_LISTENING = 1;
export const BR_STATE_LEARNING = 2;
export const BR_STATE_FORWARDING = 3;
export const BR_STATE_BLOCKING = 4;

/** USER_HZ is 100: times go to and from user space in centiseconds. */
export const NS_PER_CENTISECOND = 10_000_000;
