"""Runs a program in a pseudo-terminal of some columns, and prints what a screen would show line by line.

Usage: terminal.py COLUMNS[,COLUMNS after a second] PROGRAM ARGUMENTS...
Prints the lines of the screen, without those that were drawn over, and ends with the program's exit code.
"""
import fcntl, os, pty, struct, sys, termios, time, unicodedata


def width(text):
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


columns = [int(n) for n in sys.argv[1].split(",")]
sized, size = os.pipe()
child, terminal = pty.fork()
if child == 0:
    # The terminal has its size before the program looks.
    os.read(sized, 1)
    os.execvp(sys.argv[2], sys.argv[2:])


def resize(count):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, count, 0, 0))


resize(columns[0])
os.write(size, b"x")
begin, read = time.monotonic(), bytearray()
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    read += data
    if len(columns) > 1 and time.monotonic() - begin > 1:
        resize(columns.pop())
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
text = read.decode("utf-8", "replace")
longest = max((width(part) for line in text.split("\n") for part in line.split("\r")), default=0)
print("longest", longest)
print("escapes", text.count("\x1b"))
print("drawn", text.count("\r") - text.count("\r\n"))
print("lines", text.count("\n"))
for line in text.split("\n"):
    shown = ""
    for part in line.rstrip("\r").split("\r"):
        shown = part + shown[len(part):]
    print("|", shown.rstrip())
sys.exit(code)
