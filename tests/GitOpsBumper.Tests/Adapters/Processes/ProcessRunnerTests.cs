using System.Diagnostics;
using System.Globalization;
using System.Text;
using GitOpsBumper.Adapters.Processes;

namespace GitOpsBumper.Tests.Adapters.Processes;

public sealed class ProcessRunnerTests
{
    private readonly ProcessRunner _runner = new(TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Output_errors_and_exit_code_come_back()
    {
        var result = await _runner.RunAsync(Shell("echo grün; echo rot >&2; exit 3"), Token);

        Assert.Equal(new ProcessResult(3, "grün\n", "rot\n"), result);
    }

    [Fact]
    public async Task Arguments_arrive_as_they_are()
    {
        var result = await _runner.RunAsync(new ProcessRequest("printf", ["%s|", "a b", "\"", "$HOME", "", "*", "ü"]), Token);

        Assert.Equal("a b|\"|$HOME||*|ü|", result.Output);
    }

    [Theory]
    [InlineData("sleep 600 & echo $! >&2; echo $!; wait")]
    [InlineData("sh -c 'sleep 600 & echo $!; wait'; true")]
    public async Task A_timeout_kills_the_process_and_all_it_started(string script)
    {
        var child = new StringBuilder();
        var watch = Stopwatch.StartNew();
        var request = Shell(script) with
        {
            Timeout = TimeSpan.FromSeconds(0.5),
            ReadOutput = async (stream, token) =>
            {
                using var reader = new StreamReader(stream, leaveOpen: true);
                child.Append(await reader.ReadLineAsync(token));
            },
        };

        var failure = await Assert.ThrowsAsync<ProcessException>(() => _runner.RunAsync(request, Token));

        Assert.True(failure.TimedOut);
        Assert.StartsWith("sh took longer than", failure.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"it took {watch.Elapsed}");
        await AssertGoneAsync(int.Parse(child.ToString(), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_child_left_behind_with_the_output_open_does_not_hold_the_run_up()
    {
        var watch = Stopwatch.StartNew();

        var failure = await Assert.ThrowsAsync<ProcessException>(() => _runner.RunAsync(Shell("sleep 20 & exit 0") with { Timeout = TimeSpan.FromSeconds(0.5) }, Token));

        Assert.True(failure.TimedOut);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"it took {watch.Elapsed}");
    }

    [Fact]
    public async Task A_cancelled_run_ends_at_once_and_leaves_nothing()
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var child = 0;
        var request = Shell("echo $$; exec sleep 600") with
        {
            ReadOutput = async (stream, token) =>
            {
                using var reader = new StreamReader(stream, leaveOpen: true);
                child = int.Parse((await reader.ReadLineAsync(token))!, CultureInfo.InvariantCulture);
                await cancelled.CancelAsync();
            },
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _runner.RunAsync(request, cancelled.Token));
        await AssertGoneAsync(child);
    }

    [Fact]
    public async Task Endless_output_is_refused_and_the_process_ended()
    {
        var failure = await Assert.ThrowsAsync<ProcessException>(() => _runner.RunAsync(new ProcessRequest("yes", []), Token));

        Assert.False(failure.TimedOut);
        Assert.Equal($"yes printed more than {ProcessRunner.MaxKeptBytes} bytes", failure.Message);
    }

    [Fact]
    public async Task Of_long_errors_the_beginning_is_kept()
    {
        var result = await _runner.RunAsync(Shell("echo first >&2; head -c 5000000 /dev/zero | tr '\\0' x >&2"), Token);

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("first\nxxx", result.Error, StringComparison.Ordinal);
        Assert.Equal(64 * 1024, result.Error.Length);
    }

    [Fact]
    public async Task Much_input_and_much_output_at_once_do_not_block_each_other()
    {
        const int size = 10_000_000;
        long read = 0;
        var request = new ProcessRequest("cat", [])
        {
            WriteInput = async (stream, token) => await stream.WriteAsync(new byte[size], token),
            ReadOutput = async (stream, token) =>
            {
                var buffer = new byte[64 * 1024];
                int count;
                while ((count = await stream.ReadAsync(buffer, token)) > 0)
                    read += count;
            },
            Timeout = TimeSpan.FromMinutes(1),
        };

        Assert.Equal(0, (await _runner.RunAsync(request, Token)).ExitCode);
        Assert.Equal(size, read);
    }

    [Fact]
    public async Task A_process_that_does_not_read_its_input_says_why_by_itself()
    {
        var request = Shell("echo no >&2; exit 4") with { WriteInput = async (stream, token) => await stream.WriteAsync(new byte[10_000_000], token) };

        Assert.Equal(new ProcessResult(4, "", "no\n"), await _runner.RunAsync(request, Token));
    }

    [Fact]
    public async Task A_reader_that_fails_ends_the_process()
    {
        var request = new ProcessRequest("yes", []) { ReadOutput = (_, _) => throw new InvalidDataException("enough") };

        Assert.Equal("enough", (await Assert.ThrowsAsync<InvalidDataException>(() => _runner.RunAsync(request, Token))).Message);
    }

    [Fact]
    public async Task The_environment_holds_what_is_named_and_nothing_else()
    {
        Environment.SetEnvironmentVariable("BUMPER_TEST_SECRET", "hunter2");
        var result = await _runner.RunAsync(
            new ProcessRequest("env", []) { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["NAMED"] = "yes" } }, Token);

        Assert.Equal(
            ["LC_ALL=C", "NAMED=yes", $"PATH={Environment.GetEnvironmentVariable("PATH")}"],
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_program_of_the_users_own_inherits_the_environment_and_what_is_named_wins()
    {
        Environment.SetEnvironmentVariable("BUMPER_TEST_INHERITED", "ours");
        Environment.SetEnvironmentVariable("BUMPER_TEST_NAMED", "ours");
        var request = Shell("echo $BUMPER_TEST_INHERITED $BUMPER_TEST_NAMED; [ \"$PATH\" ] && echo path") with
        {
            InheritsEnvironment = true,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["BUMPER_TEST_NAMED"] = "named" },
        };

        Assert.Equal("ours named\npath\n", (await _runner.RunAsync(request, Token)).Output);
    }

    [Fact]
    public async Task Without_input_the_process_reads_its_end_at_once() =>
        Assert.Equal(new ProcessResult(0, "", ""), await _runner.RunAsync(new ProcessRequest("cat", []), Token));

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        var failure = await Assert.ThrowsAsync<ProcessException>(() => _runner.RunAsync(new ProcessRequest("no-such-program", []), Token));

        Assert.False(failure.TimedOut);
        Assert.StartsWith("no-such-program could not be started: ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("is it installed?", failure.Message, StringComparison.Ordinal);
    }

    private static ProcessRequest Shell(string script) => new("sh", ["-c", script]);

    /// <summary>A killed orphan may stay in the table until somebody collects it: gone is gone, and so is a zombie.</summary>
    private static async Task AssertGoneAsync(int process)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                var text = await File.ReadAllTextAsync($"/proc/{process}/stat", Token);
                if (text[text.LastIndexOf(')')..].StartsWith(") Z", StringComparison.Ordinal))
                    return;
            }
            catch (IOException)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }

        Assert.Fail($"process {process} is still there");
    }
}
