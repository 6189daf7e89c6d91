# A Homebrew formula. It was reviewed, but never run. Put it into your own tap, with the address and the checksum of the
# source of a release.
class Tagline < Formula
  desc "User-tag service of a WeChat Official Account"
  homepage "https://example.com/tagline"
  url "https://example.com/tagline/archive/0.1.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "Apache-2.0"

  depends_on xcode: ["26.0", :build]
  depends_on "libpq"
  depends_on macos: :sequoia
  depends_on "python@3.13" => :build

  def install
    # Homebrew does not link libpq, so the compiler needs the path of its header.
    system "swift", "build", "--disable-sandbox", "-c", "release", "--product", "tagline",
           "-Xcc", "-I#{Formula["libpq"].opt_include}"
    system "packaging/install", ".build/release/tagline", buildpath/"root", "/"
    bin.install "root/bin/tagline"
    man1.install Dir["root/share/man/man1/*"]
    bash_completion.install "root/share/bash-completion/completions/tagline"
    zsh_completion.install "root/share/zsh/site-functions/_tagline"
    fish_completion.install "root/share/fish/vendor_completions.d/tagline.fish"
  end

  service do
    run [opt_bin/"tagline", "serve", "--data", var/"tagline"]
    keep_alive true
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/tagline --version")
  end
end
