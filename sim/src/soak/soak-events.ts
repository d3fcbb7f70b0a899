/** Whom everybody may hold and buy from, for ever: what is sold comes back. */
export const HALL = 'evt_soak_hall';
/** Let in one after the other. */
export const ROOM = 'evt_soak_room';
/** Is sold out soon, and stays so. */
export const CLUB = 'evt_soak_club';

const of = (id: string, seats: number, places: number, more: object = {}) => ({
  id, name: id, currency: 'KRW', purchase_limit: 10, ...more,
  sections: [{ id: 'R', name: 'R', price: 900, rows: [{ id: 'A', seats: `1-${seats}` }] }, { id: 'FLOOR', name: 'Floor', price: 500, capacity: places }],
});

export const SOAK_EVENTS = [of(HALL, 400, 100_000), of(ROOM, 200, 100_000, { waiting_room: 'on', admission: { per_second: 20, max_active: 5_000 } }), of(CLUB, 20, 60)] as const;
