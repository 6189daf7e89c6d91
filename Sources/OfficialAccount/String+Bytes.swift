extension String {
    /// Returns whether two texts are the same byte for byte.
    ///
    /// `==` also holds texts equal that Unicode calls equivalent, and names of tags differ then.
    package func hasSameBytes(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}
