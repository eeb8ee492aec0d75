using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Adapters.Processes;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Tests.Adapters.Kubernetes.Watching;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Adapters.Credentials;

public sealed class CredentialProgramsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Scripts => Path.Combine(_folder.Path, "scripts");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("echo 'bot:s3:cret'", "bot", "s3:cret")]
    [InlineData("printf 'bot:s3cret'; echo noise >&2", "bot", "s3cret")]
    [InlineData("echo \"bot:$#\"", "bot", "0")]
    [InlineData("echo ':token'", "", "token")]
    public async Task A_program_prints_user_and_password(string body, string user, string password)
    {
        var path = await ScriptFile.WriteAsync(Path.Combine(Scripts, "login"), body);

        Assert.Equal(new UserCredential(user, new Secret(password)), await Open().RunAsync(new(path), Token));
    }

    [Theory]
    [InlineData("echo 'bot:s3cret'; echo 'no such account' >&2; exit 3", "the program ended with exit code 3: no such account")]
    [InlineData("echo 'bot:s3cret'; printf 'first\\nbot:s3cret and s3cret\\n' >&2; exit 1", "the program ended with exit code 1: first *** and ***")]
    [InlineData("echo s3cret", "the program did not print one line <user>:<password>")]
    [InlineData("echo 'bot:s3cret'; echo 'more:s3cret'", "the program did not print one line <user>:<password>")]
    [InlineData("true", "the program did not print one line <user>:<password>")]
    [InlineData("while true; do echo 'bot:s3cret-bot:s3cret-bot:s3cret-bot:s3cret'; done", "printed more than 65536 bytes")]
    [InlineData("kill -9 $$", "the program ended with exit code 137")]
    public async Task A_program_that_fails_is_named_and_what_it_printed_is_not_shown(string body, string sentence)
    {
        var path = await ScriptFile.WriteAsync(Path.Combine(Scripts, "login"), body);

        var failure = await Assert.ThrowsAsync<CredentialException>(() => Open().RunAsync(new(path), Token));

        Assert.StartsWith($"credential ext:{path}: ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(sentence, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_failing_program_says_is_cut()
    {
        var path = await ScriptFile.WriteAsync(Path.Combine(Scripts, "login"), "while test ${#text} -lt 5000; do text=\"word $text\"; done; echo \"$text\" >&2; exit 1");

        var failure = await Assert.ThrowsAsync<CredentialException>(() => Open().RunAsync(new(path), Token));

        Assert.InRange(failure.Message.Length, 200, 500);
    }

    [Fact]
    public async Task A_program_that_hangs_is_ended()
    {
        var pipe = Path.Combine(_folder.Path, "pipe");
        await new ProcessRunner(TimeProvider.System).RunAsync(new ProcessRequest("mkfifo", [pipe]), Token);
        var path = await ScriptFile.WriteAsync(Path.Combine(Scripts, "login"), $"echo started > {pipe}; sleep 600");
        var time = new HeldTime();
        var programs = new CredentialPrograms(new ProcessRunner(time)) { Folder = Scripts, Timeout = TimeSpan.FromMinutes(1) };

        var run = programs.RunAsync(new(path), Token);
        await File.ReadAllTextAsync(pipe, Token);
        Assert.Equal([TimeSpan.FromMinutes(1)], time.RunOut());

        var failure = await Assert.ThrowsAsync<CredentialException>(() => run);
        Assert.Equal($"credential ext:{path}: {path} took longer than 60 s and was ended", failure.Message);
    }

    [Fact]
    public async Task Only_what_lies_in_the_folder_is_run_wherever_links_lead()
    {
        var outside = await ScriptFile.WriteAsync(Path.Combine(_folder.Path, "outside", "login"), "echo bot:s3cret");
        var inside = await ScriptFile.WriteAsync(Path.Combine(Scripts, "..data", "login"), "echo bot:s3cret");
        var neighbour = await ScriptFile.WriteAsync(Scripts + "-of-others/login", "echo bot:s3cret");
        File.CreateSymbolicLink(Path.Combine(Scripts, "out"), outside);
        File.CreateSymbolicLink(Path.Combine(Scripts, "up"), "../outside/login");
        Directory.CreateSymbolicLink(Path.Combine(Scripts, "folder"), "../outside");
        File.CreateSymbolicLink(Path.Combine(Scripts, "mounted"), "..data/login");
        File.CreateSymbolicLink(Path.Combine(Scripts, "circle"), "circle");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "linked"), Scripts);

        foreach (var path in new[] { outside, neighbour, $"{Scripts}/out", $"{Scripts}/up", $"{Scripts}/folder/login", Scripts, "/bin/sh", "/nowhere/at/all" })
        {
            var failure = await Assert.ThrowsAsync<CredentialException>(() => Open().RunAsync(new(path), Token));
            Assert.Equal($"credential ext:{path} does not lie in '{Scripts}', and programs are run only from the folder that --scripts-dir names", failure.Message);
        }

        var circle = await Assert.ThrowsAsync<CredentialException>(() => Open().RunAsync(new($"{Scripts}/circle"), Token));
        Assert.Equal($"credential ext:{Scripts}/circle: there is no such program", circle.Message);
        foreach (var path in new[] { inside, $"{Scripts}/mounted" })
            Assert.Equal("bot", (await Open().RunAsync(new(path), Token)).Username);
        var linked = new CredentialPrograms(new ProcessRunner(TimeProvider.System)) { Folder = Path.Combine(_folder.Path, "linked") };
        Assert.Equal("bot", (await linked.RunAsync(new($"{_folder.Path}/linked/mounted"), Token)).Username);
    }

    [Fact]
    public async Task A_folder_and_a_file_that_is_not_executable_are_no_programs()
    {
        var file = _folder.Write("scripts/data/file", "echo bot:s3cret");

        foreach (var path in new[] { file, Path.GetDirectoryName(file)! })
        {
            var failure = await Assert.ThrowsAsync<CredentialException>(() => Open().RunAsync(new(path), Token));
            Assert.Equal($"credential ext:{path} is not an executable file", failure.Message);
        }
    }

    [Fact]
    public async Task A_program_sees_cloud_accounts_and_proxies_and_nothing_else_of_ours()
    {
        var path = await ScriptFile.WriteAsync(Path.Combine(Scripts, "login"), "echo \"bot:$(env | cut -d= -f1 | sort | tr '\\n' ',')\"");
        var programs = new CredentialPrograms(new ProcessRunner(TimeProvider.System))
        {
            Folder = Scripts,
            Environment = () => new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["HOME"] = "/home/bot",
                ["AWS_REGION"] = "eu",
                ["AZURE_CLIENT_ID"] = "id",
                ["GOOGLE_APPLICATION_CREDENTIALS"] = "file",
                ["https_proxy"] = "http://proxy",
                ["BUMPER_CONFIG"] = "file",
                ["REGISTRY_LOGIN"] = "a:b",
                ["GIT_TOKEN"] = "s3cret",
            },
        };

        var seen = (await programs.RunAsync(new(path), Token)).Password.Reveal().Split(',', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(["AWS_REGION", "AZURE_CLIENT_ID", "GOOGLE_APPLICATION_CREDENTIALS", "HOME", "LC_ALL", "PATH", "https_proxy"], seen.Except(["PWD", "_", "SHLVL", "OLDPWD"]).Order(StringComparer.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private CredentialPrograms Open() => new(new ProcessRunner(TimeProvider.System)) { Folder = Scripts };
}
