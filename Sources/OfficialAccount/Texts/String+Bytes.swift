extension String {
    /// Returns whether two texts are the same byte for byte.
    ///
    /// For `==`, texts that Unicode calls equivalent are also equal. Two different tags can have equivalent names.
    package func hasSameBytes(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}
