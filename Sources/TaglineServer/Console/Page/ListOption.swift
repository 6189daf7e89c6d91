/// An option of a selection list.
struct ListOption: Sendable {
    static let template = "option"

    let value: String
    let text: String
    var isChosen = false

    /// - Parameters:
    ///   - text: the text that the browser shows. The option has only the beginning of a long text.
    ///   - isChosen: whether this option is selected when the page opens.
    init(_ value: String, _ text: String, isChosen: Bool = false) {
        self.value = value
        self.text = Excerpt(text, upTo: 64).text
        self.isChosen = isChosen
    }

    var data: PageData { ["value": value, "text": text, "chosen": isChosen] }

    /// Returns the first options that together take at most `bytes` bytes of HTML, and also the chosen option.
    static func fitting(_ options: [ListOption], in bytes: Int) -> [ListOption] {
        var left = bytes
        return options.filter { option in
            let escaping = PageEscaping()
            left -= markup.utf8.count + escaping.escapeText(option.value + option.text).utf8.count
            return left >= 0 || option.isChosen
        }
    }

    static let markup = """
        <option value="{{value}}"{{#chosen}} selected{{/chosen}}>{{text}}</option>
        """
}
