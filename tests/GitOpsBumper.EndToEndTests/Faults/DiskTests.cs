using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Faults;

/// <summary>A cache folder on a disk of its own that is full, or that cannot be written to.</summary>
public sealed class DiskTests(World world)
{
    private const int Pages = 256;
    private const int PageBytes = 4096;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_is_named_pushes_nothing_and_is_forgotten_once_there_is_space()
    {
        using var faults = await FaultStage.SetAsync(world);
        await using var disk = await MountAsync(faults.Stage.CacheFolder);
        var filler = Path.Combine(faults.Stage.CacheFolder, "filler");
        var failed = 0;
        // First with a clone to be made, later with one that lacks a little.
        foreach (var free in new[] { 0, 1, 2, 4, 8, 16, 32, 48, 64, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16 })
        {
            await faults.ReleaseAsync();
            if (free > 14)
                await faults.OtherCommitAsync();
            Fill(filler, free);
            var before = await faults.Stage.Repository.TipAsync("main", Token);

            var outcome = await faults.Stage.RunAsync();

            if (outcome.ExitCode != 0)
            {
                failed++;
                var reason = outcome.Image("web").Reason;
                Assert.Contains(faults.Stage.CacheFolder, reason, StringComparison.Ordinal);
                Assert.Contains("no space left on device", reason, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("internal error", outcome.Errors, StringComparison.Ordinal);
                Assert.Equal(before, await faults.Stage.Repository.TipAsync("main", Token));
            }

            File.Delete(filler);
            (await faults.Stage.RunAsync()).MustExit(0);
        }

        Assert.InRange(failed, 3, 21);
        await faults.MustHaveEachOnceAsync();
    }

    [Fact]
    public async Task A_disk_that_can_only_be_read_is_named()
    {
        using var faults = await FaultStage.SetAsync(world);
        await using var disk = await MountAsync(faults.Stage.CacheFolder);
        await faults.ReleaseAsync();
        (await faults.Stage.RunAsync()).MustExit(0);
        await faults.ReleaseAsync();
        await ChildProcess.RunAsync("mount", ["-o", "remount,ro", faults.Stage.CacheFolder], new RunOptions(), Token);

        var outcome = (await faults.Stage.RunAsync()).MustExit(1);

        Assert.Contains(faults.Stage.CacheFolder, outcome.Image("web").Reason, StringComparison.Ordinal);
        Assert.Contains("read-only file system", outcome.Image("web").Reason, StringComparison.OrdinalIgnoreCase);
        await ChildProcess.RunAsync("mount", ["-o", "remount,rw", faults.Stage.CacheFolder], new RunOptions(), Token);
        (await faults.Stage.RunAsync()).MustExit(0);
        await faults.MustHaveEachOnceAsync();
    }

    /// <summary>Leaves so many pages.</summary>
    private static void Fill(string file, int pages)
    {
        using var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 });
        try
        {
            for (var page = 0; page < 2 * Pages; page++)
                stream.Write(new byte[PageBytes]);
        }
        catch (IOException)
        {
            // Full; that is what was wanted.
        }

        stream.SetLength(Math.Max(0, (stream.Length / PageBytes) - pages) * PageBytes);
    }

    private static async Task<Mount> MountAsync(string folder)
    {
        var result = await ChildProcess.RunAsync(
            "mount", ["-t", "tmpfs", "-o", $"size={Pages * PageBytes},mode=0700", "tmpfs", folder], new RunOptions { AllowFailure = true }, Token);
        if (result.ExitCode != 0)
            Assert.Skip($"no disk of a test's own can be mounted here: {result.ErrorText.Trim()}");
        return new Mount(folder);
    }

    private sealed class Mount(string folder) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await ChildProcess.RunAsync("umount", ["--lazy", folder], new RunOptions(), CancellationToken.None);
    }
}
