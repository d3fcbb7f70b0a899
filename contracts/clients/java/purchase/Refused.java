package purchase;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.traffic_tacos.common.v1.ErrorCode;
import com.traffic_tacos.reservation.v1.CreateReservationRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** How the platform refused seats that are held, asked for in both ways. */
record Refused(String code, String seats, String status, String reason) {

  /**
   * Asks for seats that are held by now. That they are taken is an outcome: the call itself is OK. A client that looks at statuses only says
   * so, and gets it as one.
   */
  static Refused ask(Platform platform, Supplier<CreateReservationRequest> request) {
    var answer = platform.reservations().createReservation(request.get());
    ErrorCode code = answer.getError().getCode();
    if (code != ErrorCode.ERROR_CODE_INVENTORY_CONFLICT) throw new UnexpectedAnswer("CreateReservation, seats taken: " + code);
    String seats =
        answer.getError().getDetailsList().stream()
            .map(detail -> detail.getValue() + " " + detail.getReason())
            .collect(Collectors.joining(", "));
    StatusRuntimeException refusal = askInStatuses(platform, request.get());
    return new Refused(code.name(), seats, refusal.getStatus().getCode().name(), reasonOf(refusal));
  }

  private static StatusRuntimeException askInStatuses(Platform platform, CreateReservationRequest request) {
    Metadata inStatuses = new Metadata();
    inStatuses.put(Metadata.Key.of("x-error-mode", Metadata.ASCII_STRING_MARSHALLER), "status");
    try {
      var stub = platform.reservations().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(inStatuses));
      throw new UnexpectedAnswer("CreateReservation, seats taken, as a status: " + stub.createReservation(request).getError().getCode());
    } catch (StatusRuntimeException refusal) {
      if (refusal.getStatus().getCode() != Status.Code.ABORTED) throw refusal;
      return refusal;
    }
  }

  /** The finer code that REST would have answered: it travels with every status. */
  private static String reasonOf(StatusRuntimeException refusal) {
    for (Any detail : StatusProto.fromThrowable(refusal).getDetailsList()) {
      if (detail.is(ErrorInfo.class)) return unpack(detail).getReason();
    }
    return "";
  }

  private static ErrorInfo unpack(Any detail) {
    try {
      return detail.unpack(ErrorInfo.class);
    } catch (InvalidProtocolBufferException malformed) {
      throw new UnexpectedAnswer("details of a status: " + malformed.getMessage());
    }
  }
}
