package purchase;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import com.traffic_tacos.common.v1.Error;
import com.traffic_tacos.payment.v1.CreatePaymentIntentRequest;
import com.traffic_tacos.payment.v1.GetPaymentStatusRequest;
import com.traffic_tacos.payment.v1.PaymentScenario;
import com.traffic_tacos.payment.v1.PaymentStatus;
import com.traffic_tacos.reservation.v1.CheckAvailabilityRequest;
import com.traffic_tacos.reservation.v1.ConfirmReservationRequest;
import com.traffic_tacos.reservation.v1.CreateReservationRequest;
import com.traffic_tacos.reservation.v1.CreateReservationResponse;
import com.traffic_tacos.reservation.v1.GetOrderRequest;
import com.traffic_tacos.reservation.v1.Order;
import com.traffic_tacos.reservation.v1.ReservationStatus;
import com.traffic_tacos.reservation.v1.Ticket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Buys seats of one event over gRPC, with nothing but the code generated from the contract, and prints what came of it as one line of JSON.
 * It shows what a client has to do about keys, deadlines, and the two ways in which a refusal can come. {@link Settings} says what the
 * environment has to name.
 */
final class Purchase {
  /** A simulated payment is approved after 200 ms unless the platform was told otherwise. */
  private static final Duration PAYMENT_POLL = Duration.ofMillis(50);

  private static final Duration PAYMENT_DEADLINE = Duration.ofSeconds(20);

  private final Platform platform;
  private final Settings settings;

  private Purchase(Platform platform, Settings settings) {
    this.platform = platform;
    this.settings = settings;
  }

  public static void main(String[] words) {
    try {
      Settings settings = Settings.read(System.getenv());
      try (Platform platform = Platform.connect(settings)) {
        Receipt receipt = new Purchase(platform, settings).run();
        GsonBuilder json = new GsonBuilder().setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES);
        System.out.println(json.create().toJson(receipt));
      }
    } catch (Settings.Missing missing) {
      fail(2, missing);
    } catch (Exception failure) {
      fail(1, failure);
    }
  }

  private static void fail(int code, Exception failure) {
    System.err.println("purchase: " + failure.getMessage());
    System.exit(code);
  }

  /** What is printed. */
  record Receipt(
      String client,
      String reservationId,
      String paymentIntentId,
      String orderId,
      long amount,
      String currency,
      List<String> seatIds,
      List<String> ticketIds,
      Refused refused) {}

  private Receipt run() throws InterruptedException {
    checkAvailable();
    CreateReservationResponse held = hold();
    Refused refused = Refused.ask(platform, () -> reservationOf(newKey()));
    String intentId = pay(held);
    Order order = confirm(held.getReservationId(), intentId);
    return new Receipt(
        "java",
        held.getReservationId(),
        intentId,
        order.getOrderId(),
        order.getTotalAmount().getAmount(),
        order.getTotalAmount().getCurrency(),
        order.getTicketsList().stream().map(Ticket::getSeatId).toList(),
        order.getTicketsList().stream().map(Ticket::getTicketId).toList(),
        refused);
  }

  private void checkAvailable() {
    var request = CheckAvailabilityRequest.newBuilder().setEventId(settings.eventId()).addAllSeatIds(settings.seatIds()).build();
    var answer = platform.inventory().checkAvailability(request);
    must("CheckAvailability", !answer.hasError(), answer.getError());
    must("CheckAvailability: not free", answer.getAvailable(), answer.getUnavailableSeatIdsList());
  }

  /** Makes the reservation, and asks for it a second time under its key, as after an answer that was lost: it is the same one. */
  private CreateReservationResponse hold() {
    CreateReservationRequest request = reservationOf(newKey());
    var held = platform.reservations().createReservation(request);
    must("CreateReservation", !held.hasError(), held.getError());
    boolean isNew = held.getStatus() == ReservationStatus.RESERVATION_STATUS_HOLD && !held.getReplayed();
    must("CreateReservation: no new hold", isNew, held.getStatus());
    var again = platform.reservations().createReservation(request);
    must("CreateReservation, repeated", !again.hasError(), again.getError());
    boolean isSame = again.getReservationId().equals(held.getReservationId()) && again.getReplayed();
    must("CreateReservation, repeated: another reservation", isSame, again.getReservationId());
    return held;
  }

  private CreateReservationRequest reservationOf(String key) {
    return CreateReservationRequest.newBuilder()
        .setEventId(settings.eventId())
        .addAllSeatIds(settings.seatIds())
        .setIdempotencyKey(key)
        .build();
  }

  /** Pays what was frozen when the hold was made, and waits until the money has been captured. */
  private String pay(CreateReservationResponse held) throws InterruptedException {
    var intent =
        platform
            .payments()
            .createPaymentIntent(
                CreatePaymentIntentRequest.newBuilder()
                    .setReservationId(held.getReservationId())
                    .setAmount(held.getTotalAmount())
                    .setScenario(PaymentScenario.PAYMENT_SCENARIO_APPROVE)
                    .setIdempotencyKey(newKey())
                    .build());
    must("CreatePaymentIntent", !intent.hasError(), intent.getError());
    var request = GetPaymentStatusRequest.newBuilder().setPaymentIntentId(intent.getPaymentIntentId()).build();
    long deadlineNanos = System.nanoTime() + PAYMENT_DEADLINE.toNanos();
    while (true) {
      var answer = platform.payments().getPaymentStatus(request);
      must("GetPaymentStatus", !answer.hasError(), answer.getError());
      PaymentStatus status = answer.getPayment().getStatus();
      if (status == PaymentStatus.PAYMENT_STATUS_COMPLETED) return intent.getPaymentIntentId();
      boolean isOnItsWay = status == PaymentStatus.PAYMENT_STATUS_PENDING || status == PaymentStatus.PAYMENT_STATUS_PROCESSING;
      must("GetPaymentStatus: no capture", isOnItsWay && System.nanoTime() < deadlineNanos, status);
      Thread.sleep(PAYMENT_POLL.toMillis());
    }
  }

  private Order confirm(String reservationId, String intentId) {
    var request = ConfirmReservationRequest.newBuilder().setReservationId(reservationId).setPaymentIntentId(intentId).build();
    var confirmed = platform.reservations().confirmReservation(request);
    must("ConfirmReservation", !confirmed.hasError(), confirmed.getError());
    var found = platform.reservations().getOrder(GetOrderRequest.newBuilder().setOrderId(confirmed.getOrderId()).build());
    must("GetOrder", !found.hasError(), found.getError());
    checkOrder(found.getOrder());
    return found.getOrder();
  }

  /** A valid ticket for each seat. */
  private void checkOrder(Order order) {
    must("GetOrder: not confirmed", order.getStatus().equals("CONFIRMED"), order.getStatus());
    for (Ticket ticket : order.getTicketsList()) must("GetOrder: ticket", ticket.getStatus().equals("VALID"), ticket.getStatus());
    List<String> seatIds = order.getTicketsList().stream().map(Ticket::getSeatId).sorted().toList();
    must("GetOrder: other seats", seatIds.equals(settings.seatIds().stream().sorted().toList()), seatIds);
  }

  private static String newKey() {
    return UUID.randomUUID().toString();
  }

  /** Ends the purchase, with what was found, where the platform answers something else than it has to. */
  private static void must(String what, boolean holds, Object found) {
    if (!holds) throw new UnexpectedAnswer(what + ": " + (found instanceof Error error ? error.getCode() + " " + error.getMessage() : found));
  }
}
