package purchase;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where to buy what: TACOS_INVENTORY_ADDRESS, TACOS_RESERVATION_ADDRESS, TACOS_PAYMENT_ADDRESS (host:port each), TACOS_TOKEN (a user's),
 * TACOS_EVENT_ID, TACOS_SEAT_IDS (separated by commas).
 */
record Settings(
    String inventoryAddress, String reservationAddress, String paymentAddress, String token, String eventId, List<String> seatIds) {

  /** Names everything that is missing at once. */
  static Settings read(Map<String, String> environment) throws Missing {
    List<String> missing = new ArrayList<>();
    Settings found =
        new Settings(
            value(environment, "TACOS_INVENTORY_ADDRESS", missing),
            value(environment, "TACOS_RESERVATION_ADDRESS", missing),
            value(environment, "TACOS_PAYMENT_ADDRESS", missing),
            value(environment, "TACOS_TOKEN", missing),
            value(environment, "TACOS_EVENT_ID", missing),
            List.of(value(environment, "TACOS_SEAT_IDS", missing).split(",")));
    if (!missing.isEmpty()) throw new Missing("not set: " + String.join(", ", missing));
    return found;
  }

  private static String value(Map<String, String> environment, String name, List<String> missing) {
    String found = environment.getOrDefault(name, "");
    if (found.isEmpty()) missing.add(name);
    return found;
  }

  /** The environment does not say enough. */
  static final class Missing extends Exception {
    private static final long serialVersionUID = 1;

    Missing(String message) {
      super(message);
    }
  }
}
