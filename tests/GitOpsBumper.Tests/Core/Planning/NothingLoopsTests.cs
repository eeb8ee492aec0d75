using System.Text;
using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Tests.Core.Planning;

/// <summary>While registries and people are quiet, each image is written at most once, whatever the cluster says meanwhile; and then nothing is.</summary>
public sealed class NothingLoopsTests
{
    private static readonly string[] Strategies = ["semver", "newest-build", "alphabetical", "numerical", "digest"];
    private static readonly string[] TagPool =
    [
        "1.20", "1.20.0", "v1.20.0", "1.9", "1.10", "1.10.1-rc.1", "2.0.0", "latest", "stable", "main-0a1b2c3", "20240101123456789", "20240101123456790", "007", "7",
        "1234567", "sha256-0123.sig", "3.0.0-alpine", "2026.08.18", "1.20.1-alpine", "1.20-alpine", "1.21-rc1-alpine",
    ];

    private static readonly string?[] Files =
    [
        null, "", "# by hand\n", "---\n", "helm:\n", "helm:\n  parameters: []\n",
        "helm:\n  parameters:\n  - name: a.tag\n    value: 1.20\n", "helm: {parameters: [{name: a.tag, value: \"1.20.0\"}, {name: other, value: x}]}\n",
        "helm:\r\n  parameters:\r\n    - name: a.tag   # by hand\r\n      value: 'latest'\r\n", "helm:\n  parameters:\n  - name: a.tag\n    value: \"\"\n",
        "helm:\n  parameters:\n  - {name: b.tag, value: not a tag}\n  valuesObject: {a: 1}\n",
    ];

    private const int Cycles = 5;

    [Fact]
    public void Every_image_is_written_at_most_once() => Prop
        .ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Check(new Random(seed)))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static void Check(Random random)
    {
        var world = Generate(random);
        for (var round = 0; round < 3; round++)
        {
            var writes = new Dictionary<string, int>(StringComparer.Ordinal);
            var story = new StringBuilder();
            for (var cycle = 0; cycle < Cycles; cycle++)
            {
                var before = world.File;
                var operation = world.Cycle();
                story.AppendJoin('\n', operation.Images.Select(image => $"{image.Policy.Alias}: {image.Decision}")).AppendLine().AppendLine(world.File);
                var updated = operation.Images.Where(image => image.Decision is ImageDecision.Update).Select(image => image.Policy.Alias!).ToList();
                Assert.True(operation.Changes.Count == 0 || updated.Count > 0, $"a file was changed for no image:\n{story}");
                Assert.True(operation.Changes.Count > 0 || updated.Count == 0, $"an update is told that changes nothing:\n{story}");
                Assert.True(operation.Changes.Count == 0 || before != world.File, $"a change that changes nothing:\n{story}");
                foreach (var alias in updated)
                    writes[alias] = writes.GetValueOrDefault(alias) + 1;
                Assert.True(writes.Values.All(count => count <= 1), $"an image was written twice:\n{story}");
                Shuffle(world, random, quiet: true);
            }

            Shuffle(world, random, quiet: false);
        }
    }

    private static PlanningCase Generate(Random random)
    {
        var world = new PlanningCase { File = Pick(random, Files) };
        var aliases = random.Next(2) == 0 ? ["a"] : new[] { "a", "b" };
        var sameRepository = random.Next(3) == 0;
        world.Annotations["gitopsbumper.io/image-list"] = string.Join(", ", aliases.Select(alias => $"{alias}={Name(alias, sameRepository)}{Constraint(random)}"));
        foreach (var alias in aliases)
        {
            Annotate(world, random, alias);
            if (!world.Registries.ContainsKey($"docker.io/team/{(sameRepository ? "a" : alias)}"))
                world.Registries[$"docker.io/team/{(sameRepository ? "a" : alias)}"] = Registry(random);
        }

        if (random.Next(2) == 0)
            world.Parameters.Add(new HelmParameter("replicas", "3", ForceString: false));
        if (random.Next(3) == 0)
            world.Parameters.Add(new HelmParameter("a.tag", Pick(random, TagPool), ForceString: true));
        Shuffle(world, random, quiet: true);
        return world;
    }

    private static void Annotate(PlanningCase world, Random random, string alias)
    {
        void Set(string key, string value) => world.Annotations[$"gitopsbumper.io/{alias}.{key}"] = value;
        Set("helm.image-name", $"{alias}.name");
        Set("helm.image-tag", random.Next(5) == 0 ? $"{alias}.sha256" : $"{alias}.tag");
        Set("update-strategy", Pick(random, Strategies));
        if (random.Next(3) == 0)
            Set("pin-digest", "true");
        if (random.Next(4) == 0)
            Set("digest-format", Pick(random, ["tag@digest", "digest", "none"]));
        if (random.Next(4) == 0)
            Set("allow-downgrade", "true");
        if (random.Next(4) == 0)
            Set("platforms", "linux/amd64");
        if (random.Next(4) == 0)
            Set("ignore-tags", "latest, *-rc*");
        if (random.Next(5) == 0)
            Set("allow-tags", "regexp:^[0-9v]");
        if (random.Next(3) == 0)
            Set("variant", Pick(random, ["keep", "keep", "none", "alpine"]));
        if (random.Next(4) == 0)
            Set("strict-semver", "true");
        if (random.Next(2) == 0)
            Set("force-update", "true");
        if (random.Next(8) == 0)
            Set("pin", Pick(random, TagPool));
    }

    private static string Constraint(Random random) => Pick(random, ["", "", ":1.x", ":latest", ":stable"]);

    private static string Name(string alias, bool same) => $"team/{(same ? "a" : alias)}";

    private static RegistryWorld Registry(Random random)
    {
        var registry = new RegistryWorld();
        foreach (var tag in TagPool.Where(_ => random.Next(2) == 0))
            Push(registry, tag, random);
        return registry;
    }

    /// <summary>Changes the world between cycles: what the cluster says changes at any time; registries change when nobody is quiet.</summary>
    private static void Shuffle(PlanningCase world, Random random, bool quiet)
    {
        world.Running = random.Next(5) switch
        {
            0 => null,
            1 => [],
            2 => ["team/a", "team/b"],
            3 => [$"team/a:{Pick(random, TagPool)}", $"team/a:{Pick(random, TagPool)}", $"team/b:{Pick(random, TagPool)}"],
            _ => [$"team/a@{RegistryWorld.DigestOf("x")}", $"docker.io/team/b:{Pick(random, TagPool)}"],
        };
        if (quiet)
            return;
        foreach (var registry in world.Registries.Values)
        {
            for (var pushes = random.Next(3); pushes > 0; pushes--)
                Push(registry, Pick(random, TagPool), random);
            if (random.Next(4) == 0 && registry.Tags.Count > 0)
                registry.Delete(registry.Tags.First());
        }
    }

    private static void Push(RegistryWorld registry, string tag, Random random) =>
        registry.Push(tag, random.Next(1, 30), Pick(random, ["linux/amd64", "linux/amd64", "linux/arm64"]), $"{tag} {random.Next()}");

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
