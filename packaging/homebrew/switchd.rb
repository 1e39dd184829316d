# For a tap: `bin/package formula --url URL` fills in what is between @. Not run yet: there was no Mac.
class Switchd < Formula
  desc "Gives VMs their own place on a LAN"
  homepage "@URL@"
  url "@URL@/switchd-@VERSION@-macos.tar.gz"
  version "@VERSION@"
  sha256 "@SHA256@"
  license "Apache-2.0"

  depends_on :macos
  depends_on "openjdk"

  def install
    libexec.install Dir["*"]
    (bin/"switchd").write_env_script libexec/"bin/switchd",
                                     JAVA_HOME: Formula["openjdk"].opt_libexec/"openjdk.jdk/Contents/Home"
    man5.install_symlink Dir[libexec/"share/man/man5/*"]
    man8.install_symlink Dir[libexec/"share/man/man8/*"]
    bash_completion.install_symlink libexec/"share/bash-completion/completions/switchd"
    zsh_completion.install_symlink libexec/"share/zsh/site-functions/_switchd"
    fish_completion.install_symlink libexec/"share/fish/vendor_completions.d/switchd.fish"
  end

  def caveats
    <<~TEXT
      What runs as root must be root's alone, and Homebrew's folders are not. This makes
      a copy that is, with its JDK, and a service of it; again after each upgrade:
        sudo #{opt_bin}/switchd install --prefix /opt/switchd
    TEXT
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/switchd --version")
  end
end
