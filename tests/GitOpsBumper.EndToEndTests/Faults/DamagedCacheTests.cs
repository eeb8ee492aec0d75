using GitOpsBumper.EndToEndTests.Fixtures;

namespace GitOpsBumper.EndToEndTests.Faults;

/// <summary>Whatever happens to a clone on the disk, the next run finds out, makes it again where it has to, and writes what is due.</summary>
public sealed class DamagedCacheTests(World world)
{
    private static readonly byte[] Garbage = [.. Enumerable.Range(0, 300).Select(number => (byte)(number * 7))];

    private static IReadOnlyList<KeyValuePair<string, Action<string>>> Damages { get; } =
    [
        new("packs cut in half", folder => Each(folder, "*.pack", file => Overwrite(file, bytes => bytes[..(bytes.Length / 2)]))),
        new("packs empty", folder => Each(folder, "*.pack", file => Overwrite(file, _ => []))),
        new("packs garbled", folder => Each(folder, "*.pack", file => Overwrite(file, bytes => [.. bytes.Select((value, index) => index < 12 ? value : (byte)0xff)]))),
        new("packs gone", folder => Each(folder, "*.pack", File.Delete)),
        new("indexes gone", folder => Each(folder, "*.idx", File.Delete)),
        new("indexes garbled", folder => Each(folder, "*.idx", file => Overwrite(file, bytes => [.. bytes.Select(value => (byte)~value)]))),
        new("loose objects empty", folder => Loose(folder, file => Overwrite(file, _ => []))),
        new("loose objects garbled", folder => Loose(folder, file => Overwrite(file, _ => Garbage))),
        new("loose objects gone", folder => Loose(folder, File.Delete)),
        new("objects gone", folder => Directory.Delete(Path.Combine(folder, "objects"), recursive: true)),
        new("references empty", folder => References(folder, [])),
        new("references garbled", folder => References(folder, Garbage)),
        new("references to nowhere", folder => References(folder, "0123456789012345678901234567890123456789\n"u8.ToArray())),
        new("references gone", folder => Directory.Delete(Path.Combine(folder, "refs"), recursive: true)),
        new("packed references garbled", folder => File.WriteAllBytes(Path.Combine(folder, "packed-refs"), Garbage)),
        new("HEAD empty", folder => File.WriteAllText(Path.Combine(folder, "HEAD"), "")),
        new("HEAD garbled", folder => File.WriteAllBytes(Path.Combine(folder, "HEAD"), Garbage)),
        new("HEAD gone", folder => File.Delete(Path.Combine(folder, "HEAD"))),
        new("config empty", folder => File.WriteAllText(Path.Combine(folder, "config"), "")),
        new("config garbled", folder => File.WriteAllBytes(Path.Combine(folder, "config"), Garbage)),
        new("config gone", folder => File.Delete(Path.Combine(folder, "config"))),
        new("shallow garbled", folder => File.WriteAllBytes(Path.Combine(folder, "shallow"), Garbage)),
        new("shallow empty", folder => File.WriteAllText(Path.Combine(folder, "shallow"), "")),
        new("shallow gone", folder => File.Delete(Path.Combine(folder, "shallow"))),
        new("locks", Locks),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("history")]
    public async Task Any_damage_is_found_and_costs_no_update(string part)
    {
        using var faults = await FaultStage.SetAsync(world);
        await faults.ReleaseAsync();
        (await faults.Stage.RunAsync()).MustExit(0);
        var failures = new List<string>();
        foreach (var (index, (name, damage)) in Damages.Index())
        {
            damage(Path.Combine(faults.CloneFolder, part));
            await faults.ReleaseAsync();
            // Half of them find something new to fetch, the others work with what they believe to have.
            if (index % 2 == 0)
                await faults.OtherCommitAsync();
            var outcome = await faults.Stage.RunAsync();
            if (outcome.ExitCode != 0)
                failures.Add($"{name}: {outcome.Image("web").Reason}");
            if ((await faults.Stage.RunAsync()).ExitCode != 0)
            {
                failures.Add($"{name}: for good");
                Directory.Delete(faults.CloneFolder, recursive: true);
                (await faults.Stage.RunAsync()).MustExit(0);
            }

            Assert.Empty(Directory.GetFiles(faults.CloneFolder, "*.lock", SearchOption.AllDirectories));
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
        await faults.MustHaveEachOnceAsync();
    }

    [Fact]
    public async Task A_clone_that_became_a_file_is_named()
    {
        using var faults = await FaultStage.SetAsync(world);
        await faults.ReleaseAsync();
        (await faults.Stage.RunAsync()).MustExit(0);
        var folder = faults.CloneFolder;
        Directory.Delete(folder, recursive: true);
        await File.WriteAllTextAsync(folder, "", Token);
        await faults.ReleaseAsync();

        var outcome = (await faults.Stage.RunAsync()).MustExit(1);

        Assert.Contains(folder, outcome.Image("web").Reason, StringComparison.Ordinal);
        File.Delete(folder);
        (await faults.Stage.RunAsync()).MustExit(0);
        await faults.MustHaveEachOnceAsync();
    }

    private static void Locks(string folder)
    {
        string[] names = ["index.lock", "shallow.lock", "config.lock", "HEAD.lock", "packed-refs.lock", "refs/remotes/origin/main.lock", "refs/bumper/work.lock", "objects/pack/tmp_pack_a", "objects/tmp_obj_b"];
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            File.WriteAllText(Path.Combine(folder, name), "");
        }
    }

    private static void References(string folder, byte[] content) => Each(Path.Combine(folder, "refs"), "*", file => Overwrite(file, _ => content));

    private static void Loose(string folder, Action<string> action)
    {
        foreach (var objects in Directory.GetDirectories(Path.Combine(folder, "objects"), "??"))
            Each(objects, "*", action);
    }

    private static void Each(string folder, string pattern, Action<string> action)
    {
        foreach (var file in Directory.GetFiles(folder, pattern, SearchOption.AllDirectories).Where(file => !file.Contains("/history/", StringComparison.Ordinal) || folder.Contains("/history", StringComparison.Ordinal)))
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            action(file);
        }
    }

    private static void Overwrite(string file, Func<byte[], byte[]> change) => File.WriteAllBytes(file, change(File.ReadAllBytes(file)));
}
