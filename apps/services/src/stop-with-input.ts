/** An argument of a service's program: it stops when its standard input ends, as it does when the process that started it is gone. */
export const STOP_WITH_INPUT = '--stop-with-input';
