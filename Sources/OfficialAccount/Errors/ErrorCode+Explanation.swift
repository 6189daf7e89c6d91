extension ErrorCode {
    /// The entry of this code in ``ErrorCatalogue``; nil for a code that the catalogue does not hold.
    ///
    /// Takes constant time.
    public var explanation: ErrorExplanation? { ErrorCatalogue.byCode[self] }
}
