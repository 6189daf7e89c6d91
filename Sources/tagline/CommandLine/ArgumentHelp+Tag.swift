import ArgumentParser

extension ArgumentHelp {
    /// The help of an option or an argument that names one tag.
    static let tag: ArgumentHelp =
        "The tag, by id or name. If the text is the id of one tag and the name of another, write id:107 or name:107."
}
