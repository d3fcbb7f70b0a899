package purchase;

import com.traffic_tacos.payment.v1.PaymentServiceGrpc;
import com.traffic_tacos.payment.v1.PaymentServiceGrpc.PaymentServiceBlockingStub;
import com.traffic_tacos.reservation.v1.InventoryServiceGrpc;
import com.traffic_tacos.reservation.v1.InventoryServiceGrpc.InventoryServiceBlockingStub;
import com.traffic_tacos.reservation.v1.ReservationServiceGrpc;
import com.traffic_tacos.reservation.v1.ReservationServiceGrpc.ReservationServiceBlockingStub;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The platform's services, called as one user. */
final class Platform implements AutoCloseable {
  /**
   * What one call gets. A call that is past its deadline is not decided any more, or was decided and only the answer is late: the same key
   * tells which.
   */
  private static final long CALL_DEADLINE_SECONDS = 2;

  private final List<ManagedChannel> channels;
  private final ClientInterceptor asUser;

  private Platform(List<ManagedChannel> channels, ClientInterceptor asUser) {
    this.channels = channels;
    this.asUser = asUser;
  }

  /** Plaintext, which the platform listens for on loopback unless it was given certificates. */
  static Platform connect(Settings settings) {
    Metadata signed = new Metadata();
    signed.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + settings.token());
    List<ManagedChannel> channels =
        Stream.of(settings.inventoryAddress(), settings.reservationAddress(), settings.paymentAddress())
            .map(address -> Grpc.newChannelBuilder(address, InsecureChannelCredentials.create()).build())
            .toList();
    return new Platform(channels, MetadataUtils.newAttachHeadersInterceptor(signed));
  }

  InventoryServiceBlockingStub inventory() {
    return ready(InventoryServiceGrpc.newBlockingStub(channels.get(0)));
  }

  ReservationServiceBlockingStub reservations() {
    return ready(ReservationServiceGrpc.newBlockingStub(channels.get(1)));
  }

  PaymentServiceBlockingStub payments() {
    return ready(PaymentServiceGrpc.newBlockingStub(channels.get(2)));
  }

  /** Made for each call, because a deadline is an instant and would pass for all of them. */
  private <T extends AbstractStub<T>> T ready(T stub) {
    return stub.withInterceptors(asUser).withDeadlineAfter(CALL_DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
