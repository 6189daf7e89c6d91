extension String {
    /// Returns whether two texts are the same byte for byte.
    ///
    /// `==` also treats texts as equal that Unicode calls equivalent. Two different tags can have equivalent names.
    package func hasSameBytes(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}
