package purchase;

/** The platform answered something else than it has to. */
final class UnexpectedAnswer extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnexpectedAnswer(String message) {
    super(message);
  }
}
