import { Unavailable } from '@traffic-tacos/kernel';

/** Services that own records which are compared with those of the reservation service. */
export type Owner = 'inventory' | 'payment';

/** Another service did not say what its records are: it is not there, or of a version that does not know the question. */
export class OwnerAway extends Unavailable {
  override readonly name = 'OwnerAway';
  readonly owner: Owner;

  constructor(owner: Owner, message: string, options?: ErrorOptions) {
    super(message, options);
    this.owner = owner;
  }
}
