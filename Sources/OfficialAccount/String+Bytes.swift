extension String {
    /// Whether two texts are the same byte for byte. `==` takes texts for equal that Unicode calls equivalent, and tag names are not.
    package func hasSameBytes(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}
