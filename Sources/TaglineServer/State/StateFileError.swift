/// The reason why a file is not a state. If a line is wrong, the sentence names this line.
struct StateFileError: Error {
    let sentence: String
}
