/** `reservationId` → `reservation_id` */
export const toSnakeName = (name: string): string => name.replace(/[A-Z]/g, (hump) => `_${hump.toLowerCase()}`);

/** `reservation_id` → `reservationId` */
export const toCamelName = (name: string): string => name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
