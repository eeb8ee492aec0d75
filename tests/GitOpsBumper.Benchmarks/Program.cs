using GitOpsBumper.Benchmarks.Micro;
using GitOpsBumper.Benchmarks.Scale;
using GitOpsBumper.EndToEndTests.Servers;

const string Usage = """
    usage: scale [--applications 1000[,10000]] [--work-dir <folder>] [--bumper <published bumper>]
           micro [<filter>]

    scale  builds a world of N due applications in one repository, runs bumper in it and holds the figures against the targets;
           with several numbers the last world is compared with the first
    micro  measures selection, parsing and edits by themselves
    """;

switch (args)
{
    case ["scale", .. var rest]:
        if (!ScaleOptions.TryParse(rest, out var options, out var problem))
        {
            Console.Error.WriteLine($"{problem}\n\n{Usage}");
            return 2;
        }

        try
        {
            return await ScaleScenario.RunAsync(options, CancellationToken.None);
        }
        catch (ServerMissingException missing)
        {
            Console.Error.WriteLine(missing.Message);
            return 2;
        }

    case ["micro", .. var rest]:
        return MicroBenchmarks.Run(rest);
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
